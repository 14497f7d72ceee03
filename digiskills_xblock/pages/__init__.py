"""Django pages of the blocks: tasks for everybody without an account. Own app: the blocks themselves need no app."""
