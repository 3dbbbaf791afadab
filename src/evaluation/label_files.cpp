// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include <fmt/core.h>

#include "evaluation/files.hpp"
#include "evaluation/picture_names.hpp"

namespace yolo::evaluation {

namespace {

namespace fs = std::filesystem;

class LabelFiles : public ValFile {
  public:
    LabelFiles(RunFiles& files, const data::Dataset& dataset, bool with_confidence)
        : files_(files), names_(dataset), with_confidence_(with_confidence) {
        files.refuse_foreign_folder("labels");
        files.remove_own([](std::string_view name) { return name.starts_with("labels/"); });
    }

    void add(const SeenPicture& seen, const Result& original) override {
        const std::size_t index = seen.batch.pictures.at(static_cast<std::size_t>(seen.index)).index;
        if (original.size() == 0) return;
        const fs::path path = files_.claim("labels" / fs::path(names_.of(index)).replace_extension(".txt"));
        original.save_txt(path.string(), with_confidence_);
        ++written_;
    }

    std::string summary() const override {
        return fmt::format("{} label{} saved to {}", written_, written_ == 1 ? "" : "s",
                           (files_.folder() / "labels").string());
    }

  private:
    RunFiles& files_;
    const PictureNames names_;
    const bool with_confidence_;
    std::atomic<int> written_{0};
};

}  // namespace

std::unique_ptr<ValFile> val_label_files(RunFiles& files, const data::Dataset& dataset,
                                         bool with_confidence) {
    return std::make_unique<LabelFiles>(files, dataset, with_confidence);
}

}  // namespace yolo::evaluation
