"""Words: every sentence, caption, heading and number format a reader sees."""
