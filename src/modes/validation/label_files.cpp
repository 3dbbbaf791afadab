// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include <fmt/core.h>

#include "core/files.hpp"
#include "modes/validation/files.hpp"
#include "modes/validation/picture_names.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

class LabelFiles : public ValFile {
  public:
    LabelFiles(const fs::path& folder, const data::Dataset& dataset, bool with_confidence)
        : folder_(folder / "labels"), names_(dataset), with_confidence_(with_confidence) {
        make_directories(folder_);
        const auto of_earlier_run = [](std::string_view name) { return name.ends_with(".txt"); };
        remove_files(folder_, of_earlier_run);
    }

    void add(const SeenPicture& seen, const Result& original) override {
        const std::size_t index = seen.batch.pictures.at(static_cast<std::size_t>(seen.index)).index;
        const fs::path path = folder_ / fs::path(names_.of(index)).replace_extension(".txt");
        original.save_txt(path.string(), with_confidence_);
        if (original.size() > 0) ++files_;
    }

    std::string summary() const override {
        return fmt::format("{} label{} saved to {}", files_, files_ == 1 ? "" : "s", folder_.string());
    }

  private:
    const fs::path folder_;
    const PictureNames names_;
    const bool with_confidence_;
    std::atomic<int> files_{0};
};

}  // namespace

std::unique_ptr<ValFile> val_label_files(const fs::path& folder, const data::Dataset& dataset,
                                         bool with_confidence) {
    return std::make_unique<LabelFiles>(folder, dataset, with_confidence);
}

}  // namespace yolo::modes
