"""What all parties of an Obacht deployment must agree on, byte for byte: pure, bytes in, bytes out."""
