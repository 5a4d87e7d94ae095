"""What declared columns say: RawTable and column specifications to a Fragment."""
