"""Who may work at the office's workplace, and how they prove that they are it: users, sign-in, sessions, passkeys.

Pages and commands go through the functions here, which take the unlocked office, who acts, and the time.
"""
