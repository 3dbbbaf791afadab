// SPDX-License-Identifier: Apache-2.0
/// \file LiteRT's library: the part of its C interface (https://ai.google.dev/edge/litert) that is used here.
/// Its types are handles and a few structures that its documentation calls stable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace yolo::engines {

/// A handle of the library: an environment, a model, a tensor ...
using LitertHandle = void*;

enum class LitertElement : std::int32_t { float32 = 1, uint8 = 3, int8 = 9 };

/// LiteRtRankedTensorType.
struct LitertTensorType {
    static constexpr std::size_t most_axes = 8;
    LitertElement element = LitertElement::float32;
    std::uint32_t axes : 7 = 0;
    std::uint32_t has_strides : 1 = 0;
    std::array<std::int32_t, most_axes> sizes = {};
    std::array<std::uint32_t, most_axes> strides = {};
};
static_assert(sizeof(LitertTensorType) == 72);

/// LiteRtQuantizationPerTensor: real = scale * (number - zero_point).
struct LitertScale {
    float scale = 0;
    std::int64_t zero_point = 0;
};

/// The library, opened once in a process; it is never closed.
class LitertLibrary {
  public:
    /// Throws Error that says what to install when it is not there.
    static const LitertLibrary& open();

    std::string version() const;

    /// Calls a function that answers with a status. Throws Error that names it when that is not 0.
    template <class... Arguments>
    void call(const char* name, Arguments... arguments) const {
        const auto function = reinterpret_cast<std::int32_t (*)(Arguments...)>(symbol(name));
        check(name, function(arguments...));
    }
    /// A handle that NAME makes: its last argument is where it is written.
    template <class... Arguments>
    LitertHandle make(const char* name, Arguments... arguments) const {
        LitertHandle made = nullptr;
        call(name, arguments..., &made);
        return made;
    }
    void destroy(const char* name, LitertHandle handle) const {
        if (handle != nullptr) reinterpret_cast<void (*)(LitertHandle)>(symbol(name))(handle);
    }

  private:
    LitertLibrary();
    void* symbol(const char* name) const;
    static void check(const char* name, std::int32_t status);

    void* library_;
};

/// A handle with the function that ends it.
class LitertOwned {
  public:
    LitertOwned() = default;
    LitertOwned(LitertHandle handle, const char* end)
        : handle_(handle, [end](LitertHandle owned) { LitertLibrary::open().destroy(end, owned); }) {}
    LitertHandle get() const { return handle_.get(); }

  private:
    std::shared_ptr<void> handle_;
};

}  // namespace yolo::engines
