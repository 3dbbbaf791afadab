// SPDX-License-Identifier: Apache-2.0
#include "modes/training/checkpoints.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pt_file.hpp"
#include "core/threads.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

}  // namespace

std::vector<std::string> metric_keys(Task task) {
    if (task == Task::classify) return {"metrics/accuracy_top1", "metrics/accuracy_top5"};
    std::vector<std::string> keys;
    const std::string second = task == Task::segment ? "M" : task == Task::pose ? "P" : "";
    for (const std::string& part : {std::string("B"), second}) {
        if (part.empty()) continue;
        for (const char* name : {"precision", "recall", "mAP50", "mAP50-95"})
            keys.push_back(fmt::format("metrics/{}({})", name, part));
    }
    return keys;
}

void link_or_copy(const fs::path& file, const fs::path& target) {
    const fs::path beside = target.string() + ".new";
    std::error_code error;
    fs::remove(beside, error);
    fs::create_hard_link(file, beside, error);
    if (error) fs::copy_file(file, beside, fs::copy_options::overwrite_existing, error);
    if (!error) fs::rename(beside, target, error);
    if (error) throw Error(fmt::format("cannot write '{}': {}", target.string(), error.message()));
}

ValidatorOptions training_validation(const TrainSetup& setup, const LogSink& log) {
    const Config& config = setup.config;
    ValidatorOptions options;
    options.loader = {.training = false,
                      .imgsz = setup.imgsz,
                      .batch = setup.spec.task == Task::obb ? setup.batch : 2 * setup.batch,
                      .stride = setup.stride,
                      .rect = setup.spec.task != Task::classify,
                      .workers = 1,
                      .seed = 0,
                      .cache = data::PictureCache::none,
                      .mask_ratio = static_cast<int>(config.integer("mask_ratio")),
                      .overlap_mask = config.flag("overlap_mask"),
                      .augmentation = {},
                      .log = log};
    options.detect = {.conf = default_val_conf(setup.spec.task),
                      .iou = static_cast<float>(config.number("iou")),
                      .max_det = static_cast<int>(config.integer("max_det")),
                      .agnostic = false,
                      .single_cls = config.flag("single_cls"),
                      .full_masks = false};
    options.default_max_det = !config.given("max_det");
    options.threads = compute_threads(static_cast<int>(config.integer("threads")));
    return options;
}

void finish_checkpoints(const TrainSetup& setup, const Json& results, const LogSink& log) {
    for (const char* name : {"last.pt", "best.pt"}) {
        const fs::path file = setup.folder / "weights" / name;
        std::error_code absent;
        if (!fs::exists(file, absent)) continue;
        checkpoint::finish_pt(
            file, name == std::string("best.pt") ? Json{{"train_results", results}} : Json::object());
        constexpr double megabyte = 1e6;
        log(LogLevel::info, fmt::format("Optimizer stripped from {}, {:.1f}MB", file.string(),
                                        static_cast<double>(fs::file_size(file)) / megabyte));
    }
}

bool validate_best(const TrainSetup& setup, const CommandContext& context) {
    const fs::path best = setup.folder / "weights" / "best.pt";
    std::error_code absent;
    if (!fs::exists(best, absent)) return false;
    context.log(LogLevel::info, fmt::format("\nValidating {}...", best.string()));
    const Config& trained = setup.config;
    Config config;
    config.set_mode(Mode::val);
    for (const char* key : {"data", "task", "imgsz", "split", "single_cls", "classes", "iou", "max_det",
                            "plots", "overlap_mask", "mask_ratio", "threads", "fraction"}) {
        if (trained.given(key)) config.set(key, trained.get(key));
    }
    config.set("model", best.string());
    config.set("imgsz", std::int64_t{setup.imgsz});
    config.set("batch", std::int64_t{setup.spec.task == Task::obb ? setup.batch : 2 * setup.batch});
    config.set("save_dir", setup.folder.string());
    run_val(config, context);
    return true;
}

}  // namespace yolo::modes
