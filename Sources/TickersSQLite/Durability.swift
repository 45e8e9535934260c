/// What a write that has been answered survives.
public enum Durability: String, Sendable, Hashable, CaseIterable {
    /// The end of the process, the operating system and the power (`synchronous=FULL`): each commit waits for the disk.
    case full
    /// The end of the process. When the operating system or the power ends, the latest commits may be missing, never some from
    /// between those that are there (`synchronous=NORMAL`).
    case normal
}
