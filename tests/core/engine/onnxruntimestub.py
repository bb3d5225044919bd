# SPDX-License-Identifier: GPL-3.0-or-later
# Stands in for ONNX Runtime's Python package, which Debian does not have: the same calls, computed by the program that
# LAPIDARY_STUB_RUNNER names: RUNNER --run-model MODEL INPUT.npy FOLDER writes FOLDER/0.npy and so on.
import glob
import os
import subprocess
import tempfile

import numpy as np


class InferenceSession:
    def __init__(self, path, sess_options=None, providers=None):
        if not os.path.exists(path):
            raise RuntimeError("no model at " + path)
        self.path = path

    def run(self, output_names, feeds):
        assert output_names is None and len(feeds) == 1, "the stub knows one input and all outputs"
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "input.npy")
            np.save(source, np.ascontiguousarray(next(iter(feeds.values()))))
            outputs = os.path.join(folder, "outputs")
            os.mkdir(outputs)
            subprocess.run([os.environ["LAPIDARY_STUB_RUNNER"], "--run-model", self.path, source, outputs], check=True)
            return [np.load(file) for file in sorted(glob.glob(os.path.join(outputs, "*.npy")))]
