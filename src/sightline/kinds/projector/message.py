"""The messages of a projector's configuration: TensorBoard's ``plugins/projector/projector_config.proto``."""

from __future__ import annotations

from typing import ClassVar

from sightline.format.wire import Field, Message

__all__ = ["EmbeddingInfo", "ProjectorConfig", "SpriteMetadata"]


class SpriteMetadata(Message):
    """One picture that holds a thumbnail for each point: row by row, each ``single_image_dim`` wide and high."""

    image_path: str
    single_image_dim: list[int]
    FIELDS: ClassVar = (Field(1, "image_path", "string"), Field(2, "single_image_dim", "uint32", repeated=True))


class EmbeddingInfo(Message):
    """One embedding. Paths are relative to the configuration's directory."""

    tensor_name: str
    metadata_path: str
    bookmarks_path: str
    tensor_shape: list[int]
    sprite: SpriteMetadata
    tensor_path: str
    FIELDS: ClassVar = (
        Field(1, "tensor_name", "string"),
        Field(2, "metadata_path", "string"),
        Field(3, "bookmarks_path", "string"),
        Field(4, "tensor_shape", "uint32", repeated=True),
        Field(5, "sprite", "message", lambda: SpriteMetadata),
        Field(6, "tensor_path", "string"),
    )


class ProjectorConfig(Message):
    """The embeddings of a run, in files of their own or in a checkpoint of TensorFlow's."""

    model_checkpoint_path: str
    embeddings: list[EmbeddingInfo]
    model_checkpoint_dir: str
    FIELDS: ClassVar = (
        Field(1, "model_checkpoint_path", "string"),
        Field(2, "embeddings", "message", lambda: EmbeddingInfo, repeated=True),
        Field(3, "model_checkpoint_dir", "string"),
    )
