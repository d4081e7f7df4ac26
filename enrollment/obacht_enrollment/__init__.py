"""The central safety office: records, import, enrolment through the key offices, and publication."""
