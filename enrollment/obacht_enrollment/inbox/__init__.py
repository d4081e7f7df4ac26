"""Sealed reports from departments: taken by the service, opened by staff alone, made into cases or turned down.

A report is stored as it came. The service that takes it needs no key; the key that opens it is used when a case worker
looks, and every look is on record.
"""
