// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/version.hpp>

#include "checkpoint/pickle/pickle_writer.hpp"
#include "checkpoint/pt_file.hpp"
#include "checkpoint/training/optimizer_values.hpp"
#include "checkpoint/training/pt_own_state.hpp"
#include "checkpoint/write/module_maker.hpp"
#include "checkpoint/write/root_module.hpp"

namespace yolo::checkpoint {

namespace {

/// The release of the reference whose files these are like.
constexpr const char* compatible_version = "8.4.190";

std::string now() {
    using namespace std::chrono;
    const auto time = system_clock::now();
    const auto micros = duration_cast<microseconds>(time.time_since_epoch()).count() % 1'000'000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}+00:00", fmt::gmtime(system_clock::to_time_t(time)),
                       micros);
}

/// What stands in the file beside the network, with everything in it that other tools look for.
Json complete_header(const Checkpoint& model) {
    Json header = model.metadata.is_object() ? model.metadata : Json::object();
    const auto add = [](Json& to, const char* key, Json value) {
        if (!to.contains(key)) to[key] = std::move(value);
    };
    header["version"] = compatible_version;
    add(header, "date", now());
    add(header, "license", "Weights: the trainer's own");
    add(header, "docs", "docs/checkpoints.md of yolo.cpp");
    Json& arguments = header["train_args"];
    if (!arguments.is_object()) arguments = Json::object();
    add(arguments, "task", to_string(model.info.task));
    add(arguments, "imgsz", model.info.imgsz);
    add(arguments, "data", nullptr);
    add(arguments, "single_cls", false);
    for (const char* key : {"train_metrics", "train_results"}) add(header, key, Json::object());
    add(header, "git",
        {{"root", nullptr},
         {"branch", nullptr},
         {"commit", nullptr},
         {"message", nullptr},
         {"origin", nullptr}});
    return header;
}

class FileMaker {
  public:
    explicit FileMaker(const Checkpoint& model) : model_(model), header_(complete_header(model)) {}

    const Value* finished() {
        ModuleMaker maker(values_, storages_, model_.graph, model_.weights, nullptr);
        PickleValues::Entries top;
        for (const char* key : {"date", "version", "license", "docs"}) top.emplace_back(key, header(key));
        top.emplace_back("epoch", values_.integer(-1));
        for (const char* key : {"best_fitness", "stopper"}) top.emplace_back(key, values_.none());
        const Value* arguments = values_.plain(header_["train_args"]);
        top.emplace_back("model", root_module(maker, model_, header_, arguments));
        for (const char* key : {"ema", "updates", "modelopt", "optimizer", "scaler"})
            top.emplace_back(key, values_.none());
        header_["train_args"].erase("save_dir");
        for (const char* key : {"train_args", "train_metrics", "train_results", "git"})
            top.emplace_back(key, header(key));
        return values_.dict(top);
    }

    const Value* in_training(const TrainingState& state) {
        ModuleMaker maker(values_, storages_, model_.graph, state.ema, &state.model);
        const Value* arguments = values_.object("ultralytics.utils.IterableSimpleNamespace", {},
                                                values_.plain(header_["train_args"]));
        PickleValues::Entries top = {{"epoch", values_.plain(header_.value("epoch", Json(-1)))},
                                     {"best_fitness", header("best_fitness")},
                                     {"stopper", header("stopper")},
                                     {"model", values_.none()},
                                     {"ema", root_module(maker, model_, header_, arguments)},
                                     {"updates", values_.integer(state.updates)},
                                     {"modelopt", values_.none()},
                                     {"optimizer", optimizer_values(values_, storages_, state.optimizer)},
                                     {"scaler", scaler(state)}};
        for (const char* key :
             {"train_args", "train_metrics", "train_results", "date", "version", "git", "license", "docs"})
            top.emplace_back(key, header(key));
        top.emplace_back(own_state_key, own_state(values_, storages_, state));
        return values_.dict(top);
    }

    void write(const std::filesystem::path& path, const Value& top) const {
        const std::string pickle = write_pickle(top);
        const std::string root = path.stem().string();
        write_file(path, [&](const FileSink& sink) {
            formats::ZipStream zip(sink);
            zip.add(root + "/data.pkl", pickle);
            zip.add(root + "/.format_version", "1");
            zip.add(root + "/.storage_alignment", "64");
            zip.add(root + "/byteorder", "little");
            storages_.write(zip, root);
            zip.add(root + "/version", "3\n");
            zip.finish();
        });
    }

  private:
    const Value* header(const char* key) { return values_.plain(header_.value(key, Json())); }
    const Value* scaler(const TrainingState& state) {
        return values_.plain(state.scaler.is_object() ? state.scaler : Json::object());
    }

    const Checkpoint& model_;
    Json header_;
    PickleValues values_;
    Storages storages_{values_};
};

}  // namespace

void save_pt(const std::filesystem::path& path, const Checkpoint& model, const TrainingState* training) {
    FileMaker file(model);
    const Value* top = nullptr;
    try {
        top = training != nullptr ? file.in_training(*training) : file.finished();
    } catch (const Error& error) {
        throw Error(fmt::format("cannot write '{}': {}", path.string(), error.what()));
    }
    file.write(path, *top);
}

}  // namespace yolo::checkpoint
