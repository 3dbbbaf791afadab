// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo::engines {

/// What a library that dlopen() gave prints on the error output goes nowhere from now on: in its own table of
/// addresses, `stderr` becomes a file that forgets. Everybody else in the process keeps theirs. Where the
/// table is of another kind (other processors), nothing happens.
void silence(void* library);

}  // namespace yolo::engines
