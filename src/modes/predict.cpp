// SPDX-License-Identifier: Apache-2.0
#include "core/rim.hpp"
#include "modes/prediction/run.hpp"

namespace yolo {

int run_predict(const Config& config, const CommandContext& context) try {
    return modes::run_prediction(config, context, {});
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
