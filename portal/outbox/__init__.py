"""What leaves for another system: a row written with the change, delivered once and in order.

A room registers its channel (`channels.register_channel`) and calls `services.send` inside its own
transaction. Importable before the apps are ready: settings read `environment` from here.
"""
