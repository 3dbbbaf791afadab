// SPDX-License-Identifier: Apache-2.0
/// \file A browser without a window, to see a page as its readers do.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

#include "support/golden.hpp"

namespace yolo::test {

/// Debian's Chromium, told what to do over the Chrome DevTools Protocol: JSON, a zero byte behind each
/// message. One page at a time. What it does not answer within two minutes is a std::runtime_error.
class Browser {
  public:
    /// What it keeps is under `folder`.
    explicit Browser(const std::filesystem::path& folder);
    ~Browser();
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;

    /// Returns when the page and what it consists of have been loaded.
    void open(const std::string& url);
    /// Of a JavaScript expression in the page. Throws std::runtime_error with what the page throws.
    nlohmann::json value(const std::string& expression);
    /// Whether the expression becomes true within two minutes.
    bool wait_until(const std::string& expression);
    void resize(int width, int height);
    void save_screenshot(const std::filesystem::path& png);

    /// What the page's console shows as a warning or an error, since open().
    const std::vector<std::string>& complaints() const { return complaints_; }
    /// Everything that the page has asked for, since open().
    const std::set<std::string>& requests() const { return requests_; }

  private:
    void start(const std::filesystem::path& profile);
    void stop();
    nlohmann::json call(const std::string& method, nlohmann::json parameters);
    void send(const std::string& message) const;
    nlohmann::json receive();
    void hear(const nlohmann::json& event);

    pid_t process_ = -1;
    int wire_ = -1;
    std::string unread_, session_;
    int calls_ = 0;
    std::vector<std::string> complaints_;
    std::set<std::string> requests_;
};

/// Whether `scripts/setup --live` has brought one.
bool has_browser();

/// Inside a test: skips when there is none. In CI that is a failure.
#define YOLO_REQUIRE_BROWSER()                                                  \
    do {                                                                        \
        if (yolo::test::has_browser()) break;                                   \
        if (std::getenv("CI") != nullptr) FAIL() << "run scripts/setup --live"; \
        GTEST_SKIP() << "there is no browser: run scripts/setup --live";        \
    } while (false)

}  // namespace yolo::test
