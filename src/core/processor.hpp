// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo {

/// The processor multiplies bf16 matrices by instruction (AVX-512 bf16, AMX): mixed precision pays there, and
/// only there.
bool processor_has_bf16();

}  // namespace yolo
