"""Text functions that know no shop and no language model."""
