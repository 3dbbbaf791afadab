// SPDX-License-Identifier: Apache-2.0
#include "modes/training/checkpoints.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pt_file.hpp"
#include "core/files.hpp"

namespace yolo::modes {

namespace fs = std::filesystem;

void add_keypoint_facts(const data::DatasetSpec& spec, Json& metadata) {
    if (!spec.kpt_oks_sigmas.empty()) metadata["kpt_oks_sigmas"] = spec.kpt_oks_sigmas;
    if (spec.kpt_names.empty()) return;
    Json names = Json::object();
    for (int c = 0; c < spec.class_count(); ++c) names[std::to_string(c)] = spec.kpt_names;
    metadata["kpt_names"] = std::move(names);
}

void link_or_copy(const fs::path& file, const fs::path& target) {
    const fs::path beside = path_beside(target);
    std::error_code error;
    fs::create_hard_link(file, beside, error);
    if (error) return write_file(target, read_text(file));
    fs::rename(beside, target, error);
    if (error) throw Error(fmt::format("cannot write '{}': {}", target.string(), error.message()));
}

void finish_checkpoint(const fs::path& file, const Json& header, const LogSink& log) {
    checkpoint::finish_pt(file, header);
    constexpr double megabyte = 1e6;
    log(LogLevel::info, fmt::format("Optimizer stripped from {}, {:.1f}MB", file.string(),
                                    static_cast<double>(fs::file_size(file)) / megabyte));
}

void validate_best(const TrainSetup& setup, const CommandContext& context) {
    const fs::path best = setup.files->folder() / "weights" / "best.pt";
    context.log(LogLevel::info, fmt::format("\nValidating {}...", best.string()));
    const Config& trained = setup.config;
    const Config usual;
    Config config;
    config.set_mode(Mode::val);
    for (const char* key :
         {"data",       "task",       "imgsz",     "split",       "single_cls",   "classes",
          "iou",        "max_det",    "plots",     "save_json",   "overlap_mask", "mask_ratio",
          "threads",    "fraction",   "verbose",   "show_labels", "show_conf",    "show_boxes",
          "line_width", "color_mode", "font_size", "kpt_radius",  "kpt_line"}) {
        // A default is not given on: max_det=300 is one that may be raised here as it was in the training.
        if (trained.get(key) != usual.get(key)) config.set(key, trained.get(key));
    }
    config.set("model", best.string());
    config.set("imgsz", std::int64_t{setup.imgsz});
    config.set("batch", std::int64_t{validation_batch(setup)});
    config.set("save_dir", setup.files->folder().string());
    run_val(config, context);
}

}  // namespace yolo::modes
