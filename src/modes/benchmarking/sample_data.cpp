// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/sample_data.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/plugin.hpp"
#include "data/shapes/shapes.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;
constexpr const char* sample_folder = "sample";

std::vector<fs::path> pictures_in(const fs::path& folder) {
    std::vector<fs::path> pictures;
    std::error_code absent;
    for (const auto& entry : fs::recursive_directory_iterator(folder, absent)) {
        const std::string suffix = lower_suffix(entry.path());
        if (suffix == "jpg" || suffix == "png") pictures.push_back(entry.path());
    }
    std::sort(pictures.begin(), pictures.end());
    return pictures;
}

/// Where they lie beside an installed library, or in the source tree.
std::vector<fs::path> shipped_pictures() {
    const fs::path library = library_folder();
    for (const char* place : {"../share/yolo/images", "../../../examples/images", "../../examples/images"}) {
        std::vector<fs::path> pictures = pictures_in((library / place).lexically_normal());
        if (!pictures.empty()) return pictures;
    }
    return {};
}

/// The pictures of a small drawn data set; its labels go.
std::vector<fs::path> drawn_pictures(RunFiles& files) {
    constexpr int count = 8, width = 640;
    const FolderInWork work(files.folder() / "shapes");
    data::write_shapes(work.path(), {.task = Task::detect, .pictures = count, .size = width, .seed = 0});
    std::vector<fs::path> pictures;
    for (const fs::path& picture : pictures_in(work.path())) {
        const fs::path place = files.claim(fs::path(sample_folder) / "drawn" / picture.filename());
        fs::copy_file(picture, place, fs::copy_options::overwrite_existing);
        pictures.push_back(place);
    }
    return pictures;
}

/// A picture of the sample under its name in the data set.
void copy_picture(RunFiles& files, const fs::path& picture, const fs::path& name) {
    fs::copy_file(picture, files.claim(name), fs::copy_options::overwrite_existing);
}

std::string yaml_text(const fs::path& folder, const Json& labels) {
    std::string text = fmt::format("path: {}\ntrain: pictures.txt\nval: pictures.txt\nnames: {}\n",
                                   json_text(folder.string()), json_text(labels.at("names")));
    if (labels.at("task") == "pose")
        text += fmt::format("kpt_shape: {}\n", json_text(labels.at("kpt_shape")));
    if (labels.at("channels") == 1) text += "channels: 1\n";
    return text;
}

/// A folder for each class, so that their order is the model's whatever their names are.
SampleData write_classes(RunFiles& files, const std::vector<fs::path>& pictures, const Json& labels) {
    const fs::path root = fs::path(sample_folder) / "classes";
    for (const char* split : {"train", "val"}) {
        for (std::size_t i = 0; i < labels.at("names").size(); ++i)
            make_directories(files.folder() / root / split / fmt::format("{:05}", i));
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const auto number = std::stoul(labels.at("labels").at(i).get<std::string>());
            copy_picture(files, pictures[i],
                         root / split / fmt::format("{:05}", number) / pictures[i].filename());
        }
    }
    return {(files.folder() / root).string(), "number"};
}

}  // namespace

std::size_t label_count(const Json& labels) {
    std::size_t count = 0;
    for (const Json& label : labels.at("labels")) {
        const auto text = label.get<std::string>();
        count += labels.at("task") == "classify"
                     ? 1
                     : static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
    return count;
}

std::vector<fs::path> sample_pictures(RunFiles& files) {
    files.refuse_foreign_folder(sample_folder);
    std::vector<fs::path> pictures = shipped_pictures();
    return pictures.empty() ? drawn_pictures(files) : pictures;
}

SampleData write_sample_data(RunFiles& files, const std::vector<fs::path>& pictures, const Json& labels) {
    if (labels.at("task") == "classify") return write_classes(files, pictures, labels);
    const fs::path root = sample_folder;
    std::string list;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        copy_picture(files, pictures[i], root / "images" / pictures[i].filename());
        list += "./images/" + pictures[i].filename().string() + "\n";
        const fs::path text = fs::path(pictures[i].filename()).replace_extension(".txt");
        write_file(files.claim(root / "labels" / text),
                   std::string_view(labels.at("labels").at(i).get<std::string>()));
    }
    write_file(files.claim(root / "pictures.txt"), std::string_view(list));  // whatever else lies there
    const fs::path yaml = files.claim(root / "data.yaml");
    write_file(yaml, std::string_view(yaml_text(files.folder() / root, labels)));
    return {yaml.string(), "name"};
}

}  // namespace yolo::modes
