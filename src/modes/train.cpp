// SPDX-License-Identifier: Apache-2.0
/// \file `yolo train`, the whole of it on a page: what happens in which order. How it happens is in data/
/// (batches), train/ (network, losses, optimiser, schedule), training/ (set-up, files, lines) and
/// validator.hpp.
#include <chrono>
#include <cmath>

#include <fmt/core.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/log.hpp"
#include "modes/training/run.hpp"

namespace yolo {

using namespace modes;

void run_train(const Config& config, const CommandContext& given) {
    CommandContext context = given;
    context.log = one_at_a_time(context.log ? context.log : [](LogLevel, std::string_view) {});
    TrainingRun run(set_up_training(config, context), context);

    while (!run.finished()) {
        const EpochEnd end = run.train_epoch();  // batches: forward, losses, backward, step
        if (end == EpochEnd::cancelled) return run.interrupt();

        const bool validated = run.validate_epoch(end);
        if (run.validation_was_cancelled()) return run.interrupt();
        if (!run.epoch_is_sound()) {  // not a number: back to the last checkpoint, once more
            run.recover();
            continue;
        }
        run.record_epoch(validated);  // results.csv, early stopping, last.pt, best.pt
    }
    run.finish();  // checkpoints without optimiser, validation of the best one, figures
}

}  // namespace yolo
