/**
 * What happened to a file. The names are Home Assistant's.
 *
 * `path` is absolute; `file` is its last part, `folder` the rest. Of a file that was moved these
 * tell where it was, and the three `dest_` fields where it is now.
 */
export interface FolderWatcherEvent {
  readonly event_type: 'created' | 'modified' | 'deleted' | 'moved';
  readonly path: string;
  readonly file: string;
  readonly folder: string;
  readonly dest_path?: string;
  readonly dest_file?: string;
  readonly dest_folder?: string;
}

declare module 'rxhome' {
  interface EventMap {
    folder_watcher: FolderWatcherEvent;
  }
}
