// SPDX-License-Identifier: Apache-2.0
/// \file Small data sets written for a test.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/dataset.hpp"
#include "image/codec.hpp"

namespace yolo::test {

inline void write_text(const std::filesystem::path& path, std::string_view text) {
    make_directories(path.parent_path());
    write_file(path, text);
}

/// A picture of its own grey level, so that no two of different level are equal.
inline void write_picture(const std::filesystem::path& path, int grey = 100, int width = 32,
                          int height = 24) {
    make_directories(path.parent_path());
    image::write_image(path, cv::Mat(height, width, CV_8UC3, cv::Scalar::all(grey)));
}

/// What was logged, one "level: text" each.
struct LogLines {
    std::vector<std::string> lines;
    LogSink sink() {
        return [this](LogLevel level, std::string_view text) {
            const char* name = level == LogLevel::warning ? "warning: "
                               : level == LogLevel::info  ? "info: "
                                                          : "";
            lines.push_back(name + std::string(text));
        };
    }
};

/// ROOT/data.yaml with `count` pictures and one box each in train and in val.
inline std::filesystem::path write_boxes(const std::filesystem::path& root, int count = 3) {
    write_text(root / "data.yaml", "train: images/train\nval: images/val\nnames: [ball, cube]\n");
    for (const std::string split : {"train", "val"}) {
        for (int i = 0; i < count; ++i) {
            const std::string name = "p" + std::to_string(i);
            write_picture(root / "images" / split / (name + ".png"), 10 + 2 * i + (split == "val" ? 1 : 0));
            write_text(root / "labels" / split / (name + ".txt"),
                       std::to_string(i % 2) + " 0.5 0.5 0.25 0.5\n");
        }
    }
    return root / "data.yaml";
}

/// The message of the Error that `action` throws, or "no error".
inline std::string error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// `datasets_dir`: the folder of data sets that have no path.
inline data::DatasetSpec load(const std::filesystem::path& data, Task task = Task::detect,
                              const LogSink& log = {},
                              const std::filesystem::path& datasets_dir = "no-such-folder") {
    return data::load_dataset_spec(data.string(), task, datasets_dir, log);
}

}  // namespace yolo::test
