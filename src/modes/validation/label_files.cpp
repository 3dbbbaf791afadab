// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include <fmt/core.h>

#include "core/files.hpp"
#include "modes/validation/files.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

/// The deepest folder that holds every picture.
fs::path common_folder(const data::Dataset& dataset) {
    if (dataset.size() == 0) return {};
    fs::path common = dataset.picture(0).parent_path();
    for (std::size_t i = 1; i < dataset.size(); ++i) {
        const fs::path folder = dataset.picture(i).parent_path();
        fs::path shared;
        for (auto a = common.begin(), b = folder.begin(); a != common.end() && b != folder.end() && *a == *b;
             ++a, ++b)
            shared /= *a;
        common = std::move(shared);
    }
    return common;
}

void remove_old(const fs::path& folder) {
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(folder, absent)) {
        if (entry.path().extension() == ".txt") fs::remove(entry.path(), absent);
    }
}

class LabelFiles : public ValFile {
  public:
    LabelFiles(const fs::path& folder, const data::Dataset& dataset, bool with_confidence)
        : folder_(folder / "labels"),
          dataset_(dataset),
          root_(common_folder(dataset)),
          with_confidence_(with_confidence) {
        make_directories(folder_);
        remove_old(folder_);
    }

    void add(const SeenPicture& seen, const Result& original) override {
        const std::size_t index = seen.batch.pictures.at(static_cast<std::size_t>(seen.index)).index;
        std::string name = dataset_.picture(index).lexically_relative(root_).replace_extension().string();
        std::replace(name.begin(), name.end(), '/', '_');
        const fs::path path = folder_ / (name + ".txt");
        original.save_txt(path.string(), with_confidence_);
        if (original.size() > 0) ++files_;
    }

    std::string summary() const override {
        return fmt::format("{} label{} saved to {}", files_, files_ == 1 ? "" : "s", folder_.string());
    }

  private:
    const fs::path folder_;
    const data::Dataset& dataset_;
    const fs::path root_;
    const bool with_confidence_;
    std::atomic<int> files_{0};
};

}  // namespace

std::unique_ptr<ValFile> val_label_files(const fs::path& folder, const data::Dataset& dataset,
                                         bool with_confidence) {
    return std::make_unique<LabelFiles>(folder, dataset, with_confidence);
}

}  // namespace yolo::modes
