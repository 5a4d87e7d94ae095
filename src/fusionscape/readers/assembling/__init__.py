"""Fragments of several files joined into the tables of one cohort."""
