// SPDX-License-Identifier: Apache-2.0
/// \file Stands for NVIDIA's driver in tests of core/cuda_driver.hpp: two GPUs, of which the second is idler.
/// FAKE_CUDA=none: cuInit fails as it does without a GPU.
#include <cstdlib>
#include <cstring>

namespace {

int current = 0;
int contexts[2] = {0, 1};

}  // namespace

extern "C" {

int cuInit(unsigned) {
    const char* kind = std::getenv("FAKE_CUDA");
    return kind != nullptr && std::strcmp(kind, "none") == 0 ? 100 : 0;
}
int cuGetErrorString(int, const char** text) {
    *text = "no CUDA-capable device is detected";
    return 0;
}
int cuDriverGetVersion(int* version) {
    *version = 12040;
    return 0;
}
int cuDeviceGetCount(int* count) {
    *count = 2;
    return 0;
}
int cuDeviceGet(int* device, int number) {
    *device = number;
    return 0;
}
int cuDeviceGetName(char* name, int length, int device) {
    std::strncpy(name, device == 0 ? "Fake A" : "Fake B", static_cast<std::size_t>(length));
    return 0;
}
int cuDeviceTotalMem_v2(std::size_t* bytes, int) {
    *bytes = std::size_t{8} << 30;
    return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int device) {
    *value = attribute == 75 ? (device == 0 ? 7 : 9) : 5;
    return 0;
}
int cuDevicePrimaryCtxRetain(void** context, int device) {
    *context = &contexts[device];
    return 0;
}
int cuDevicePrimaryCtxRelease_v2(int) {
    return 0;
}
int cuCtxPushCurrent_v2(void* context) {
    current = *static_cast<int*>(context);
    return 0;
}
int cuCtxPopCurrent_v2(void**) {
    return 0;
}
int cuMemGetInfo_v2(std::size_t* free, std::size_t* all) {
    *free = std::size_t{1} << (current == 0 ? 30 : 31);
    *all = std::size_t{8} << 30;
    return 0;
}

}  // extern "C"
