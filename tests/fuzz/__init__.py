"""Properties that hold for whatever is sent: of generated input in every run, guided by coverage in the full one."""
