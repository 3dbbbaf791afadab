// SPDX-License-Identifier: Apache-2.0
#include "train/torch/parameter_pieces.hpp"

#include <vector>

#include "train/torch/torch_headers.hpp"

namespace yolo::train {

void for_each_piece(std::span<const std::int64_t> sizes,
                    const std::function<void(std::size_t, std::int64_t, std::int64_t)>& work) {
    struct Piece {
        std::size_t item;
        std::int64_t begin, end;
    };
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        for (std::int64_t begin = 0; begin < sizes[i]; begin += piece_length) {
            pieces.push_back({i, begin, std::min(begin + piece_length, sizes[i])});
        }
    }
    at::parallel_for(0, static_cast<std::int64_t>(pieces.size()), 1,
                     [&](std::int64_t first, std::int64_t last) {
                         for (std::int64_t i = first; i < last; ++i) {
                             const Piece& part = pieces[static_cast<std::size_t>(i)];
                             work(part.item, part.begin, part.end);
                         }
                     });
}

}  // namespace yolo::train
