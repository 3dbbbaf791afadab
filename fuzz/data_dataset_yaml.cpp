// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <yolo/error.hpp>

#include "core/json.hpp"
#include "data/dataset/dataset_fields.hpp"

/// The YAML of a data set from anywhere is understood or refused with an Error. The file system is not
/// touched: only the keys are read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const yolo::Task task : {yolo::Task::detect, yolo::Task::pose}) {
        try {
            const yolo::Json yaml = yolo::parse_yaml(text, "fuzz.yaml");
            const yolo::data::DatasetFields fields(yaml, "fuzz.yaml");
            yolo::data::DatasetSpec spec;
            spec.task = task;
            fields.read_facts(spec);
            if (!spec.names || spec.names->empty()) std::abort();
            (void)fields.text("path");
            for (const char* split : {"train", "val", "test"}) (void)fields.places(split);
        } catch (const yolo::Error&) {
            continue;
        }
    }
    return 0;
}
