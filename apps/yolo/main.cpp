// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <yolo/version.hpp>

int main() { std::puts(yolo::version); }
