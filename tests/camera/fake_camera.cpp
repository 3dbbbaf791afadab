// SPDX-License-Identifier: Apache-2.0
/// \file Functions of the C library, which the dynamic linker finds here first: what is not about the fake
/// camera goes on to the kernel. The descriptor of an opened camera is the end of a pipe, so that select()
/// and poll() need no fake: a byte in it is a frame, and its grey.
#include "fake_camera.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr int most_buffers = 8;
constexpr std::size_t frame_bytes = yolo::test::FakeCamera::width * yolo::test::FakeCamera::height * 2;

struct Device {
    int sends = -1, reads = -1;
    std::atomic<int> opened = 0;
    std::atomic<bool> streaming = false, unplugged = false;
    std::array<unsigned char*, most_buffers> buffers{};
    std::array<bool, most_buffers> queued{};
};
Device* device = nullptr;

int fail(int error) {
    errno = error;
    return -1;
}

void fill_format(v4l2_format& format) {
    v4l2_pix_format& pixels = format.fmt.pix;
    pixels = {};
    pixels.width = yolo::test::FakeCamera::width;
    pixels.height = yolo::test::FakeCamera::height;
    pixels.pixelformat = V4L2_PIX_FMT_YUYV;
    pixels.field = V4L2_FIELD_NONE;
    pixels.bytesperline = pixels.width * 2;
    pixels.sizeimage = frame_bytes;
}

/// The oldest frame that was sent, into the first buffer that waits for one.
int take_frame(v4l2_buffer& buffer) {
    unsigned char grey = 0;
    if (::read(device->reads, &grey, 1) != 1) return fail(EAGAIN);
    for (std::size_t i = 0; i < most_buffers; ++i) {
        if (!device->queued[i]) continue;
        device->queued[i] = false;
        for (std::size_t byte = 0; byte < frame_bytes; ++byte)
            device->buffers[i][byte] = byte % 2 == 0 ? grey : 128;  // Y, then U or V
        buffer.index = static_cast<__u32>(i);
        buffer.bytesused = buffer.length = frame_bytes;
        return 0;
    }
    return fail(EIO);
}

int answer(unsigned long request, void* argument) {
    if (device->unplugged) return fail(ENODEV);
    switch (request) {
        case VIDIOC_QUERYCAP: {
            auto& able = *static_cast<v4l2_capability*>(argument);
            able = {};
            std::strncpy(reinterpret_cast<char*>(able.card), "fake", sizeof(able.card) - 1);
            able.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
            return 0;
        }
        case VIDIOC_G_FMT:
        case VIDIOC_TRY_FMT:
        case VIDIOC_S_FMT:
            fill_format(*static_cast<v4l2_format*>(argument));
            return 0;
        case VIDIOC_G_PARM:
        case VIDIOC_S_PARM: {
            auto& rate = static_cast<v4l2_streamparm*>(argument)->parm.capture;
            rate.capability = V4L2_CAP_TIMEPERFRAME;
            rate.timeperframe = {1, 30};
            return 0;
        }
        case VIDIOC_REQBUFS: {
            auto& wanted = *static_cast<v4l2_requestbuffers*>(argument);
            if (wanted.count > most_buffers) wanted.count = most_buffers;
            return 0;
        }
        case VIDIOC_QUERYBUF: {
            auto& buffer = *static_cast<v4l2_buffer*>(argument);
            buffer.length = frame_bytes;
            buffer.m.offset = buffer.index * 4096;
            return 0;
        }
        case VIDIOC_QBUF:
            device->queued.at(static_cast<v4l2_buffer*>(argument)->index) = true;
            return 0;
        case VIDIOC_DQBUF:
            return take_frame(*static_cast<v4l2_buffer*>(argument));
        case VIDIOC_STREAMON:
            device->streaming = true;
            return 0;
        case VIDIOC_STREAMOFF:
            device->streaming = false;
            device->queued.fill(false);
            return 0;
        default:
            return fail(EINVAL);
    }
}

bool is_ours(int descriptor) {
    return device != nullptr && descriptor >= 0 && descriptor == device->reads;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    if (device != nullptr && path == "/dev/video" + std::to_string(yolo::test::FakeCamera::number)) {
        if (device->unplugged) return fail(ENOENT);
        int ends[2];
        if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
        device->reads = ends[0];
        ::close(std::exchange(device->sends, ends[1]));
        ++device->opened;
        return ends[0];
    }
    va_list more;
    va_start(more, flags);
    const int mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, int) : 0;
    va_end(more);
    return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int ioctl(int descriptor, unsigned long request, ...) {
    va_list more;
    va_start(more, request);
    void* const argument = va_arg(more, void*);
    va_end(more);
    if (is_ours(descriptor)) return answer(request, argument);
    return static_cast<int>(::syscall(SYS_ioctl, descriptor, request, argument));
}

void* mmap(void* where, std::size_t size, int protection, int flags, int descriptor, off_t offset) {
    const bool ours = is_ours(descriptor);
    if (ours) {
        flags = MAP_PRIVATE | MAP_ANONYMOUS;
        protection |= PROT_WRITE;  // the camera's own
    }
    const long memory =
        ::syscall(SYS_mmap, where, size, protection, flags, ours ? -1 : descriptor, ours ? 0 : offset);
    auto* const made = reinterpret_cast<void*>(memory);
    if (ours && made != MAP_FAILED)
        device->buffers.at(static_cast<std::size_t>(offset) / 4096) = static_cast<unsigned char*>(made);
    return made;
}

}  // extern "C"

namespace yolo::test {

FakeCamera::FakeCamera() {
    device = new Device;
}

FakeCamera::~FakeCamera() {
    ::close(device->sends);
    delete device;
    device = nullptr;
}

void FakeCamera::send(unsigned char grey) {
    if (::write(device->sends, &grey, 1) != 1)
        throw std::runtime_error("nobody takes the fake camera's frames");
}

void FakeCamera::unplug() {
    device->unplugged = true;
    ::close(std::exchange(device->sends, -1));  // what waits for it wakes up
}

int FakeCamera::opened() const {
    return device->opened;
}

}  // namespace yolo::test
