// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace yolo::test {

/// HOME for one test.
class Home : public ::testing::Test {
  protected:
    Home() {
        if (const char* home = std::getenv("HOME")) before_ = home;
        ::setenv("HOME", "/h o/mé", 1);
    }
    ~Home() override {
        if (before_) {
            ::setenv("HOME", before_->c_str(), 1);
        } else {
            ::unsetenv("HOME");
        }
    }

  private:
    std::optional<std::string> before_;
};

}  // namespace yolo::test
