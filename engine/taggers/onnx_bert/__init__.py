"""ONNX BERT: a small encoder with several BIO heads, run by ONNX Runtime on raw text."""
