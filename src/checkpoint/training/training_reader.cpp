// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pickle/plain_data.hpp"
#include "checkpoint/pt_file.hpp"
#include "checkpoint/read/pt_model.hpp"
#include "checkpoint/training/optimizer_values.hpp"
#include "checkpoint/training/parameter_groups.hpp"
#include "checkpoint/training/pt_own_state.hpp"
#include "core/mapped_file.hpp"

namespace yolo::checkpoint {

namespace {

using Kind = Value::Kind;

[[noreturn]] void refuse_finished() {
    throw FinishedModel("it is a finished model: the state of its training was taken out when that ended");
}

/// Those of the reference keep the moving average in half precision, and the optimiser's state by index.
void read_foreign_state(const Value& top, ResumePoint& point, const StorageReader& storages,
                        formats::Allowance& allowance) {
    const Value& optimizer = *top.find("optimizer");
    point.state.ema = point.model.weights;
    const std::vector<std::string> parameters =
        parameters_in_groups(point.model.graph, group_sizes(optimizer));
    point.state.optimizer = read_optimizer(optimizer, parameters, storages, allowance);
    point.state.optimizer.name =
        optimizer_name_of(point.state.optimizer, point.model.metadata.value("train_args", Json()));
}

ResumePoint resume_point(TorchArchive& archive, const LogSink& log) {
    const Pickle pickle = Pickle::parse(archive.pickle());
    const Value& top = pickle.root();
    const StorageReader storages = [&archive](std::string_view key) { return archive.storage(key); };
    ResumePoint point;
    point.model = read_pt_model(pickle, storages, archive.allowance(), log);

    const Value* own = top.find(own_state_key);
    const Value* optimizer = top.find("optimizer");
    const bool has_optimizer = optimizer != nullptr && optimizer->is(Kind::dict);
    point.exact = own != nullptr && own->is(Kind::dict);
    const Json epoch = point.model.metadata.value("epoch", Json());
    const bool goes_on = point.exact || (epoch.is_number_integer() && epoch >= 0);
    if (!has_optimizer || !goes_on) refuse_finished();

    if (point.exact) {
        archive.verify();
        point.state.optimizer =
            read_optimizer(*optimizer, own_parameters(*own), storages, archive.allowance());
        read_own_state(*own, storages, archive.allowance(), point.state);
    } else {
        read_foreign_state(top, point, storages, archive.allowance());
    }
    check_slots(point.state.optimizer, point.model.graph);
    if (const Value* scaler = top.find("scaler")) point.state.scaler = plain_data(*scaler);
    const Json updates = point.model.metadata.value("updates", Json());
    point.state.updates = updates.is_number_integer() ? updates.get<int>() : 0;
    return point;
}

}  // namespace

ResumePoint read_training_state(const std::filesystem::path& path, const LogSink& log) {
    const auto file = MappedFile::open(path);
    try {
        TorchArchive archive({file->bytes(), file});
        return resume_point(archive, log);
    } catch (const FinishedModel&) {
        throw;
    } catch (const Error& error) {
        throw Error(fmt::format("cannot go on with the training of '{}': {}", path.string(), error.what()));
    }
}

void finish_pt(const std::filesystem::path& path, const Json& header) {
    Checkpoint model = load(path);
    for (const auto& [key, value] : header.items()) model.metadata[key] = value;
    save_pt(path, model);
}

}  // namespace yolo::checkpoint
