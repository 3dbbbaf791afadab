// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "formats/zip/zip.hpp"

namespace yolo::checkpoint {

/// The raw content of a storage by its key ("0", "1", ...). Throws Error when there is none.
using StorageReader = std::function<formats::SharedBytes(std::string_view key)>;

/// The container of torch.save since PyTorch 1.6: a zip archive with ROOT/data.pkl and ROOT/data/KEY.
class TorchArchive {
  public:
    /// Throws Error (without the file's name) that says what the bytes are instead, as far as it can be told.
    explicit TorchArchive(const formats::SharedBytes& file);

    formats::SharedBytes pickle();
    formats::SharedBytes storage(std::string_view key);
    formats::Allowance& allowance() { return allowance_; }
    /// Compares the content of the whole file with its checksums. Throws Error that names the entry.
    void verify() const { zip_.verify(); }

  private:
    formats::ZipArchive zip_;
    formats::Allowance allowance_;
    std::string root_;  // with its slash
    std::map<std::string, formats::SharedBytes, std::less<>>
        unpacked_;  // storages that several tensors may share
};

}  // namespace yolo::checkpoint
