// SPDX-License-Identifier: Apache-2.0
#include "source_support.hpp"

#include "core/files.hpp"
#include "image/codec.hpp"
#include "sources/video_writer.hpp"

namespace yolo::test {

std::filesystem::path write_video(const std::filesystem::path& path_without_suffix, int frames, double fps) {
    auto writer = sources::create_video(path_without_suffix, fps, {32, 48});
    for (int i = 0; i < frames; ++i) writer->write(grey_frame(10 * i));
    writer->close();
    return writer->path();
}

std::filesystem::path write_picture(const std::filesystem::path& path, int level) {
    make_directories(path.parent_path());
    image::write_image(path, grey_frame(level));
    return path;
}

std::vector<std::vector<sources::Frame>> read_all(sources::Source& source) {
    std::vector<std::vector<sources::Frame>> batches;
    for (auto batch = source.next(); !batch.empty(); batch = source.next())
        batches.push_back(std::move(batch));
    return batches;
}

std::vector<std::string> names(sources::Source& source) {
    std::vector<std::string> found;
    for (const auto& batch : read_all(source)) {
        for (const auto& frame : batch) found.push_back(std::filesystem::path(frame.path).filename());
    }
    return found;
}

}  // namespace yolo::test
