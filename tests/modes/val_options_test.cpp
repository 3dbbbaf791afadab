// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "modes/validation/options.hpp"

namespace yolo::modes {
namespace {

TEST(ValOptions, AMaxDetThatIsGivenIsNoDefault) {
    Config config;
    config.set_mode(Mode::val);
    const LogSink quiet = [](LogLevel, std::string_view) {};
    EXPECT_TRUE(validator_options(config, ModelInfo(), quiet).default_max_det);
    config.set("max_det", std::int64_t{300});
    EXPECT_FALSE(validator_options(config, ModelInfo(), quiet).default_max_det);
}

}  // namespace
}  // namespace yolo::modes
