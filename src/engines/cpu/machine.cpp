// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/machine.hpp"

#include <algorithm>
#include <array>

#include <oneapi/dnnl/dnnl.hpp>

#include "kernels/winograd.hpp"

namespace yolo::engines::cpu {

namespace {

struct Instructions {
    dnnl::cpu_isa isa;
    const char* name;
    int block;
    bool bf16, tiles;
};

constexpr std::array instruction_table = {
    Instructions{dnnl::cpu_isa::sse41, "sse41", 8, false, false},
    Instructions{dnnl::cpu_isa::avx, "avx", 8, false, false},
    Instructions{dnnl::cpu_isa::avx2, "avx2", 8, false, false},
    Instructions{dnnl::cpu_isa::avx2_vnni, "avx2_vnni", 8, false, false},
    Instructions{dnnl::cpu_isa::avx2_vnni_2, "avx2_vnni_2", 8, false, false},
    Instructions{dnnl::cpu_isa::avx512_core, "avx512_core", 16, false, false},
    Instructions{dnnl::cpu_isa::avx512_core_vnni, "avx512_core_vnni", 16, false, false},
    Instructions{dnnl::cpu_isa::avx512_core_bf16, "avx512_core_bf16", 16, true, false},
    Instructions{dnnl::cpu_isa::avx512_core_fp16, "avx512_core_fp16", 16, true, false},
    Instructions{dnnl::cpu_isa::avx512_core_amx, "avx512_core_amx", 16, true, true},
    Instructions{dnnl::cpu_isa::avx512_core_amx_fp16, "avx512_core_amx_fp16", 16, true, true},
};

/// Each set is a bit: `isa` has all that `part` has.
bool has(dnnl::cpu_isa isa, dnnl::cpu_isa part) {
    const auto bits = static_cast<unsigned>(part);
    return (static_cast<unsigned>(isa) & bits) == bits;
}

}  // namespace

Machine this_machine() {
    const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
    // A newer oneDNN may know sets that are not in the table: the highest row that such a one includes.
    const auto row = std::find_if(instruction_table.rbegin(), instruction_table.rend(),
                                  [&](const Instructions& known) { return has(isa, known.isa); });
    if (row == instruction_table.rend()) return {8, false, false, "other", false};
    const bool winograd = has(isa, dnnl::cpu_isa::avx2) && kernels::Winograd::lanes() == row->block;
    return {row->block, row->bf16, row->tiles, row->name, winograd};
}

Precision usable_precision(const Machine& machine, Precision asked) {
    return asked == Precision::bf16 && machine.bf16 ? Precision::bf16 : Precision::fp32;
}

}  // namespace yolo::engines::cpu
