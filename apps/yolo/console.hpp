// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string_view>

#include <yolo/log.hpp>

namespace yolo::cli {

/// Where messages go: information to standard output, warnings and errors to standard error, each on one
/// line. A reader that closed its end of a pipe is no error.
class Console {
  public:
    Console();  ///< YOLO_VERBOSE=false keeps information back

    LogSink sink();
    void print(std::string_view text);  ///< to standard output, as it is
    /// A function that shows a line in place of the one before it; unset when standard output is no terminal.
    std::function<void(std::string_view text)> progress();
    void warn(std::string_view text);
    void error(std::string_view text);

    /// False when something printed was lost, to a full disk, say.
    bool finish();
    bool reader_is_gone() const { return reader_is_gone_; }  ///< of standard output, a closed pipe

  private:
    bool verbose_;
    std::atomic<bool> lost_ = false, reader_is_gone_ = false;
    bool line_open_ = false;  // a progress line stands on the terminal
};

}  // namespace yolo::cli
