// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/buffer_pool.hpp"

#include <mutex>
#include <vector>

namespace yolo::engines::cpu {

namespace {
constexpr std::size_t most_free_buffers = 8;
}

struct BufferPool::State {
    std::mutex mutex;
    std::vector<Tensor> free;  // uint8
};

BufferPool::BufferPool() : state_(std::make_shared<State>()) {}

std::shared_ptr<std::byte> BufferPool::acquire(std::size_t bytes) {
    auto buffer = std::make_shared<Tensor>();
    {
        const std::lock_guard lock(state_->mutex);
        for (Tensor& candidate : state_->free) {
            if (candidate.bytes() != bytes) continue;
            *buffer = std::move(candidate);
            std::swap(candidate, state_->free.back());
            state_->free.pop_back();
            break;
        }
    }
    if (buffer->empty()) *buffer = Tensor::allocate(DType::u8, {static_cast<std::int64_t>(bytes)});
    auto* data = reinterpret_cast<std::byte*>(buffer->mutable_values<std::uint8_t>().data());
    return {data, [state = state_, buffer](std::byte*) {
                const std::lock_guard lock(state->mutex);
                if (state->free.size() == most_free_buffers) state->free.erase(state->free.begin());
                state->free.push_back(std::move(*buffer));
            }};
}

}  // namespace yolo::engines::cpu
