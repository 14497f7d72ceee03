"""A registry for trials: it speaks docs/reference/webhook.md, checks everything a real one should check, and shows what it holds."""
