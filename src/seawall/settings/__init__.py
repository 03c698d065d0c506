"""The settings: one frozen tree, where its values come from, its page in the docs. Acts on none of them."""
