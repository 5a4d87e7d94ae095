"""Knowledge applied to patients, computed in one place, so that every analysis sees the same."""
