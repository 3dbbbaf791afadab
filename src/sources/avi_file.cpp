// SPDX-License-Identifier: Apache-2.0
#include "sources/avi_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <yolo/error.hpp>

namespace yolo::sources {

namespace {

constexpr std::size_t max_segments = 256;
constexpr std::uint32_t has_index = 0x10, key_frame = 0x10;

/// Little-endian fields, one after the other.
class Fields {
  public:
    Fields& tag(std::string_view four) {
        for (const char c : four) bytes_.push_back(std::byte(c));
        return *this;
    }
    Fields& u16(std::uint64_t value) { return number(value, 2); }
    Fields& u32(std::uint64_t value) { return number(value, 4); }
    Fields& u64(std::uint64_t value) { return number(value, 8); }
    Fields& zeros(std::size_t count) {
        bytes_.resize(bytes_.size() + count);
        return *this;
    }
    /// A chunk or list: its tag, its size, its body.
    Fields& chunk(std::string_view four, const Fields& body) {
        tag(four).u32(body.bytes_.size());
        bytes_.insert(bytes_.end(), body.bytes_.begin(), body.bytes_.end());
        return *this;
    }
    const std::vector<std::byte>& bytes() const { return bytes_; }

  private:
    Fields& number(std::uint64_t value, int size) {
        for (int i = 0; i < size; ++i) bytes_.push_back(std::byte(value >> 8 * i & 0xFF));
        return *this;
    }
    std::vector<std::byte> bytes_;
};

struct Rate {
    std::uint32_t frames, seconds;
};

/// Frames per second as a fraction: whole, NTSC's n * 1000 / 1001, or millionths.
Rate rate_of(double fps) {
    const auto near_integer = [](double value) { return std::abs(value - std::round(value)) < 2e-4; };
    if (fps > 0.5 && near_integer(fps)) return {static_cast<std::uint32_t>(std::lround(fps)), 1};
    if (near_integer(fps * 1.001)) return {static_cast<std::uint32_t>(std::lround(fps * 1.001)) * 1000, 1001};
    return {static_cast<std::uint32_t>(std::max(std::lround(fps * 1e6), 1L)), 1'000'000};
}

}  // namespace

AviFile::AviFile(std::filesystem::path path, double fps, Size size, std::uint64_t segment_bytes)
    : path_(std::move(path)), fps_(fps), size_(size), segment_bytes_(segment_bytes) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file_ < 0) fail(errno);
}

AviFile::~AviFile() {
    if (file_ >= 0) ::close(file_);
}

std::vector<std::byte> AviFile::header() const {
    const Rate rate = rate_of(fps_);
    const auto frames = static_cast<std::uint64_t>(total_frames_);
    const auto width = static_cast<std::uint64_t>(size_.width),
               height = static_cast<std::uint64_t>(size_.height);
    Fields main;
    main.u32(std::llround(1e6 / fps_)).u32(0).u32(0).u32(has_index);
    main.u32(static_cast<std::uint64_t>(first_segment_frames_)).u32(0).u32(1).u32(largest_frame_);
    main.u32(width).u32(height).zeros(16);
    Fields stream;
    stream.tag("vids").tag("MJPG").u32(0).u32(0).u32(0).u32(rate.seconds).u32(rate.frames).u32(0);
    stream.u32(frames).u32(largest_frame_).u32(0xFFFFFFFF).u32(0).u16(0).u16(0).u16(width).u16(height);
    Fields format;
    format.u32(40).u32(width).u32(height).u16(1).u16(24).tag("MJPG").u32(width * height * 3).zeros(16);
    Fields index;  // of the segments' indices
    index.u16(4).u16(0).u32(indices_.size()).tag("00dc").zeros(12);
    for (const IndexEntry& entry : indices_) index.u64(entry.position).u32(entry.size).u32(entry.frames);
    index.zeros(16 * (max_segments - indices_.size()));

    Fields extended;
    extended.tag("odml").chunk("dmlh", Fields().u32(frames).zeros(244));
    Fields stream_list;
    stream_list.tag("strl").chunk("strh", stream).chunk("strf", format).chunk("indx", index);
    Fields header_list;
    header_list.tag("hdrl").chunk("avih", main).chunk("LIST", stream_list).chunk("LIST", extended);
    Fields all;
    all.tag("RIFF").u32(first_riff_size_).tag("AVI ").chunk("LIST", header_list);
    return all.tag("LIST").u32(first_movi_size_).tag("movi").bytes();
}

void AviFile::begin_segment() {
    riff_ = end_;
    append(end_ == 0 ? header()
                     : Fields().tag("RIFF").u32(0).tag("AVIX").tag("LIST").u32(0).tag("movi").bytes());
    movi_ = end_ - 12;
}

void AviFile::add_frame(std::span<const std::byte> jpeg) {
    if (!segment_.empty() && end_ - riff_ + jpeg.size() > segment_bytes_) end_segment();
    if (indices_.size() == max_segments)
        throw Error(fmt::format("cannot write '{}': it is full", path_.string()));
    if (segment_.empty()) begin_segment();
    const auto bytes = static_cast<std::uint32_t>(jpeg.size());
    const std::uint64_t position = end_;
    append(Fields().tag("00dc").u32(bytes).bytes());
    append(jpeg);
    if (bytes % 2 != 0) append(Fields().zeros(1).bytes());
    segment_.push_back({position, bytes});
    largest_frame_ = std::max(largest_frame_, bytes);
    ++total_frames_;
}

void AviFile::end_segment() {
    const std::uint64_t index_position = end_;
    Fields index;
    index.u16(2).u16(0x0100).u32(segment_.size()).tag("00dc").u64(movi_).u32(0);
    for (const FrameEntry& frame : segment_) index.u32(frame.position + 8 - movi_).u32(frame.size);
    append(Fields().chunk("ix00", index).bytes());
    indices_.push_back({index_position, static_cast<std::uint32_t>(end_ - index_position),
                        static_cast<std::uint32_t>(segment_.size())});
    const auto movi_size = static_cast<std::uint32_t>(end_ - movi_ - 8);
    write_at(movi_ + 4, Fields().u32(movi_size).bytes());
    if (riff_ == 0) {  // players without OpenDML read this index only
        first_movi_size_ = movi_size;
        first_segment_frames_ = static_cast<int>(segment_.size());
        Fields old_index;
        for (const FrameEntry& frame : segment_) {
            old_index.tag("00dc").u32(key_frame).u32(frame.position - movi_ - 8).u32(frame.size);
        }
        append(Fields().chunk("idx1", old_index).bytes());
        first_riff_size_ = static_cast<std::uint32_t>(end_ - 8);
    }
    write_at(riff_ + 4, Fields().u32(end_ - riff_ - 8).bytes());
    segment_.clear();
}

void AviFile::close() {
    if (file_ < 0) return;
    if (!segment_.empty()) end_segment();
    if (total_frames_ > 0) write_at(0, header());
    const int file = std::exchange(file_, -1);
    if (::close(file) != 0) fail(errno);
}

void AviFile::append(std::span<const std::byte> bytes) {
    write_at(end_, bytes);
    end_ += bytes.size();
}

void AviFile::write_at(std::uint64_t position, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(position));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        position += static_cast<std::uint64_t>(written);
    }
}

void AviFile::fail(int error) const {
    throw Error(fmt::format("cannot write the video '{}': {}", path_.string(), std::strerror(error)));
}

}  // namespace yolo::sources
