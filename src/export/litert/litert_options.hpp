// SPDX-License-Identifier: Apache-2.0
/// \file Options of operators: tables of the schema's union BuiltinOptions, with the numbers of their fields.
#pragma once

#include "export/litert/litert_model.hpp"

namespace yolo::exports {

inline constexpr int same_padding = 0, valid_padding = 1;

inline LitertOptions conv_options(int padding, int stride, int dilation) {
    return {1,
            {{LitertField::Kind::byte, 0, double(padding)},
             {LitertField::Kind::integer, 1, double(stride)},
             {LitertField::Kind::integer, 2, double(stride)},
             {LitertField::Kind::integer, 4, double(dilation)},
             {LitertField::Kind::integer, 5, double(dilation)}}};
}
inline LitertOptions depthwise_options(int padding, int stride, int dilation) {
    return {2,
            {{LitertField::Kind::byte, 0, double(padding)},
             {LitertField::Kind::integer, 1, double(stride)},
             {LitertField::Kind::integer, 2, double(stride)},
             {LitertField::Kind::integer, 3, 1},
             {LitertField::Kind::integer, 5, double(dilation)},
             {LitertField::Kind::integer, 6, double(dilation)}}};
}
inline LitertOptions pool_options(int padding, int stride, int kernel) {
    return {5,
            {{LitertField::Kind::byte, 0, double(padding)},
             {LitertField::Kind::integer, 1, double(stride)},
             {LitertField::Kind::integer, 2, double(stride)},
             {LitertField::Kind::integer, 3, double(kernel)},
             {LitertField::Kind::integer, 4, double(kernel)}}};
}
inline LitertOptions transposed_conv_options(int stride) {
    return {49,
            {{LitertField::Kind::byte, 0, double(valid_padding)},
             {LitertField::Kind::integer, 1, double(stride)},
             {LitertField::Kind::integer, 2, double(stride)}}};
}
inline LitertOptions concat_options(int axis) {
    return {10, {{LitertField::Kind::integer, 0, double(axis)}}};
}
inline const LitertOptions linear_options = {
    8, {{LitertField::Kind::byte, 2, 1}}};  // all axes but the last stay
inline const LitertOptions softmax_options = {9, {{LitertField::Kind::number, 0, 1}}};
/// 16 bits: of any scale, not of powers of two alone.
inline const LitertOptions wide_add_options = {11, {{LitertField::Kind::byte, 1, 0, 1}}};
inline const LitertOptions add_options = {11}, reshape_options = {17}, mul_options = {21}, pad_options = {22},
                           transpose_options = {26}, mean_options = {27}, sub_options = {28},
                           dequantize_options = {38}, slice_options = {48}, resize_options = {74},
                           matmul_options = {101}, quantize_options = {89};

}  // namespace yolo::exports
