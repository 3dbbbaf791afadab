# SPDX-License-Identifier: Apache-2.0
"""An RTSP server of one camera, for tests: WIDTH x HEIGHT, FPS frames a second, as RTP/JPEG.
usage: rtsp_server.py PORT WIDTH HEIGHT FPS noise|cell [USER PASSWORD]     PORT 0: any; prints the port when it listens.
A cell is what models/starter/detect.pt finds: it goes to and fro in 200 frames, and begins in the middle."""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
port, width, height, fps, shown = sys.argv[1:6]
pattern = {"noise": "snow", "cell": "ball background-color=0xffe8e4dc foreground-color=0xffb878a0"}[shown]
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
picture = f"video/x-raw,format=I420,width={width},height={height},framerate={fps}/1"
factory.set_launch(f"( videotestsrc is-live=true pattern={pattern} ! {picture} ! jpegenc ! rtpjpegpay name=pay0 pt=26 )")
server = GstRtspServer.RTSPServer(service=port, address="127.0.0.1")
if len(sys.argv) > 6:
    access = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    access.add_basic(GstRtspServer.RTSPAuth.make_basic(*sys.argv[6:8]), token)
    server.set_auth(access)
    viewer = "viewer,media.factory.access=true,media.factory.construct=true"
    factory.add_role_from_structure(Gst.Structure.from_string(viewer)[0])
server.get_mount_points().add_factory("/cam", factory)
if server.attach(None) == 0:
    sys.exit("no port")
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
