// SPDX-License-Identifier: Apache-2.0
#include "sources/single_source.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "image/codec.hpp"
#include "sources/url.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

namespace {

constexpr std::size_t read_at_once = 1U << 20;
constexpr std::size_t largest_input = 1U << 30;

/// Waits until something can be read, or the descriptor says why not.
void wait_for_input(int descriptor, const std::function<bool()>& cancelled) {
    constexpr int asked_every_ms = 100;
    pollfd input{.fd = descriptor, .events = POLLIN, .revents = 0};
    do {
        if (cancelled && cancelled())
            throw Cancelled("ended while waiting for a picture from standard input");
    } while (::poll(&input, 1, asked_every_ms) == 0 || (input.revents == 0 && errno == EINTR));
}

std::vector<std::byte> read_descriptor(int descriptor, const std::function<bool()>& cancelled) {
    std::vector<std::byte> bytes;
    std::size_t size = 0;
    while (true) {
        wait_for_input(descriptor, cancelled);
        bytes.resize(size + read_at_once);
        const ssize_t count = ::read(descriptor, bytes.data() + size, read_at_once);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Error(fmt::format("cannot read standard input: {}", std::strerror(errno)));
        size += static_cast<std::size_t>(count);
        if (size > largest_input)
            throw Error("standard input holds more than 1 GB: source=- takes one encoded picture");
        if (count == 0) break;
    }
    bytes.resize(size);
    return bytes;
}

/// Delivers one frame, once.
class SingleSource final : public Source {
  public:
    explicit SingleSource(Frame frame) : plan_{frame.stem, frame.path} {
        frames_.push_back(std::move(frame));
    }
    std::vector<Frame> next() override { return std::exchange(frames_, {}); }
    int count() const override { return 1; }
    std::vector<Planned> planned() const override { return {plan_}; }

  private:
    Planned plan_;
    std::vector<Frame> frames_;
};

}  // namespace

std::unique_ptr<Source> descriptor_source(int descriptor, const std::function<bool()>& cancelled) {
    const std::vector<std::byte> bytes = read_descriptor(descriptor, cancelled);
    return memory_source({image::decode_image(bytes, "standard input")});
}

std::unique_ptr<Source> picture_url_source(const std::string& url, const std::function<bool()>& cancelled) {
    Frame frame;
    frame.image = image::decode_image(fetch_url(url, cancelled), without_passwords(url));
    frame.kind = SourceKind::image;
    frame.path = without_passwords(url);
    frame.label = fmt::format("image 1/1 {}: ", frame.path);
    frame.stem = clean_stem(url_path(url).stem().string());
    return std::make_unique<SingleSource>(std::move(frame));
}

}  // namespace yolo::sources
