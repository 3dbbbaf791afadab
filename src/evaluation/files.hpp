// SPDX-License-Identifier: Apache-2.0
/// \file What a validation writes, besides its figures. One class writes one kind of file.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/run_files.hpp"
#include "data/dataset.hpp"
#include "evaluation/validator.hpp"

namespace yolo::evaluation {

/// A validation on its way to files. add() is called for every picture, from several threads.
class ValFile {
  public:
    virtual ~ValFile() = default;
    /// `original`: what was found, in pixels of the original picture.
    virtual void add(const SeenPicture& seen, const Result& original) = 0;
    /// After the last picture. Throws Error when something cannot be written.
    virtual void finish() {}
    /// A line for the end of the run, or "".
    virtual std::string summary() const { return ""; }
};
using ValFiles = std::vector<std::unique_ptr<ValFile>>;

/// save_txt: FOLDER/labels/NAME.txt, NAME being the picture's path under the folder that all pictures share,
/// with `_` for `/`. Files of an earlier run are removed. Throws Error where a foreign folder is in the way,
/// as the next ones do.
std::unique_ptr<ValFile> val_label_files(RunFiles& files, const data::Dataset& dataset, bool with_confidence);

/// save_json: FOLDER/predictions.json, the pictures in the order of the run.
std::unique_ptr<ValFile> val_json_file(RunFiles& files, const data::Dataset& dataset,
                                       const std::vector<int>& category_ids);

/// obb on DOTA: FOLDER/predictions_txt/Task1_CLASS.txt, and predictions_merged_txt with the tiles of a
/// picture joined. Files of an earlier run are removed.
std::unique_ptr<ValFile> val_dota_files(RunFiles& files, const data::Dataset& dataset, const ModelInfo& info);

/// val_batch{0..2}_labels.jpg and _pred.jpg.
std::unique_ptr<ValFile> val_batch_pictures(RunFiles& files, const data::Dataset& dataset,
                                            const ModelInfo& info, const PlotOptions& plot, int batches);

/// visualize: FOLDER/visualizations/PICTURE (with .jpg behind it where its format cannot be written), four
/// times the picture: on the left labels and false detections, on the right right ones and missed labels.
std::unique_ptr<ValFile> val_visualizations(RunFiles& files, const data::Dataset& dataset,
                                            const ModelInfo& info, const PlotOptions& plot, double conf);

}  // namespace yolo::evaluation
