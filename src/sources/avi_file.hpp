// SPDX-License-Identifier: Apache-2.0
/// \file The AVI container with one video stream of JPEG frames: Microsoft's "AVI RIFF File Reference", and
/// the OpenDML AVI extensions 1.02 (Matrox 1996) for files over 1 GB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include <yolo/image.hpp>

namespace yolo::sources {

class AviFile {
  public:
    /// `segment_bytes`: a new RIFF chunk is begun when one has grown to this size.
    AviFile(std::filesystem::path path, double fps, Size size, std::uint64_t segment_bytes = 1'000'000'000);
    ~AviFile();
    AviFile(const AviFile&) = delete;
    AviFile& operator=(const AviFile&) = delete;

    /// A JPEG of the video's size.
    void add_frame(std::span<const std::byte> jpeg);
    /// Instead of the one it was created with.
    void set_fps(double fps) { fps_ = fps; }
    /// Writes the indices and completes the header.
    void close();

    const std::filesystem::path& path() const { return path_; }
    int frames() const { return total_frames_; }

  private:
    struct FrameEntry {
        std::uint64_t position;  ///< of the chunk's header in the file
        std::uint32_t size;      ///< of the JPEG
    };
    struct IndexEntry {
        std::uint64_t position;
        std::uint32_t size;    ///< with its header
        std::uint32_t frames;  ///< that it holds
    };

    std::vector<std::byte> header() const;
    void begin_segment();
    void end_segment();
    void append(std::span<const std::byte> bytes);
    void write_at(std::uint64_t position, std::span<const std::byte> bytes);
    [[noreturn]] void fail(int error) const;

    std::filesystem::path path_;
    double fps_;
    Size size_;
    std::uint64_t segment_bytes_;
    int file_ = -1;
    std::uint64_t end_ = 0;  ///< size of the file
    int total_frames_ = 0;
    int first_segment_frames_ = 0;
    std::uint32_t largest_frame_ = 0;
    std::uint64_t riff_ = 0, movi_ = 0;  ///< where the segment's chunks start
    std::vector<FrameEntry> segment_;    ///< frames of the segment
    std::vector<IndexEntry> indices_;    ///< of finished segments
    std::uint32_t first_riff_size_ = 0, first_movi_size_ = 0;
};

}  // namespace yolo::sources
