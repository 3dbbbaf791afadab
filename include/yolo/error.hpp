// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace yolo {

/// Every failure of the library: one sentence that says what was wrong, where (file, key), and what to do.
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The request itself is wrong: an unknown key, a value out of range. The command line exits with 2 instead
/// of 1.
class UsageError : public Error {
  public:
    using Error::Error;
};

/// The caller asked to end (CommandContext::cancelled) when there was nothing yet that is worth keeping.
class Cancelled : public Error {
  public:
    using Error::Error;
};

}  // namespace yolo
