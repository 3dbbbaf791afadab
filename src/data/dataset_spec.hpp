// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

namespace yolo::data {

/// What a data set's YAML says (classify: what its folders say), checked, with every path resolved.
struct DatasetSpec {
    Task task = Task::detect;
    std::filesystem::path file;  ///< the YAML, its known name, or the folder of class folders
    std::filesystem::path root;  ///< what its paths are relative to
    std::vector<std::filesystem::path> roots_tried;  ///< the places in which a relative `path` was looked for
    /// "train", "val", "test", "minival": folders and .txt lists of pictures, classify: one folder of class
    /// folders. Only splits that the file names; a split may lead nowhere until it is opened.
    std::map<std::string, std::vector<std::filesystem::path>> splits;
    bool has_path_key = false;             ///< the YAML says where the root is
    std::vector<std::string> empty_keys;   ///< splits that the YAML names without a place
    std::vector<std::string> unread_keys;  ///< those of the YAML that mean nothing here: slips among them
    Names names;
    std::optional<int>
        channels;  ///< of pictures as the network takes them: 3 (BGR) or 1 (grey), when it says so
    /// classify, without a folder train: per class four fifths of the pictures are for training, the others
    /// for validation; both splits lead to the same folder.
    bool split_by_chance = false;
    std::array<int, 2> kpt_shape = {};  ///< keypoints, values of each (2 or 3); zeros when the file has none
    std::vector<int> flip_idx;          ///< pose: which keypoint takes each one's place in a mirrored picture
    std::vector<std::string> kpt_names;  ///< pose, optional
    std::vector<float> kpt_oks_sigmas;   ///< pose, optional

    int class_count() const { return static_cast<int>(names->size()); }
};

/// Reads a data set: a YAML file, a name that leads to one (here, in datasets_dir, in data/known/), a folder
/// that holds one; classify: a folder. Archives are unpacked before (data/archive.hpp). Throws Error with the
/// file, the key and what to do.
DatasetSpec load_dataset_spec(const std::string& data, Task task, const std::filesystem::path& datasets_dir,
                              const LogSink& log);

}  // namespace yolo::data
