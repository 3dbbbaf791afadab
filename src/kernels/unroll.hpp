// SPDX-License-Identifier: Apache-2.0
/// \file YOLO_UNROLL before a short loop of fixed length writes it out, so that arrays in it become
/// registers.
#pragma once

#ifdef __clang__
#define YOLO_UNROLL _Pragma("unroll")
#else
#define YOLO_UNROLL _Pragma("GCC unroll 12")
#endif
