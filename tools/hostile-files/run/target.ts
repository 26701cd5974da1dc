/** A process of the application. */
export interface ApplicationProcess {
  /** As in `document 1`. */
  name: string;
  pid: number;
}

/** The system that the files are sent to. */
export interface Target {
  gateway: URL;
  admin: { email: string; password: string };
  /** `host:port` of a document service. */
  documentService: string;
  /** All of them, as they run now; read again to see which were restarted. */
  processes(): Promise<ApplicationProcess[]>;
  /** Where the system keeps its files. */
  dataDirectory: string;
}
