### tui: the words of the screen

## The title bar

tui-relay-open = RELAY ABIERTO
tui-relay-for-some = relay para algunos
tui-relay-closed = relay cerrado
tui-past = EN EL PASADO

## The map

tui-map-refused = nadie escucha
tui-map-timed-out = nadie responde
tui-map-no-tls = sin acuerdo de TLS
tui-map-hung-up = cuelga
tui-map-hung-up-ungreeted = cuelga sin saludar
tui-map-unattended = ningún proceso atiende
tui-map-stalled = los dos esperan
tui-map-queued = en la cola
tui-map-deferred = aplazado
tui-map-bounced = devuelto
tui-map-stored = en el buzón de { $mailbox }

## Panes

tui-pane-lesson = Lección
tui-pane-question = Predice
tui-pane-task = Objetivos
tui-pane-dialogue = Cliente y servidor
tui-client = Cliente
tui-server = Servidor
tui-panel-why = Por qué
tui-panel-wire = Cable
tui-panel-log = Registro
tui-panel-certificate = Certificado
tui-panel-queue = Cola
tui-panel-configuration = main.cf
tui-panel-differences = Diferencias
tui-panel-differences-short = Dif.
tui-panel-log-short = Reg.
tui-panel-certificate-short = Cert.

## The lesson's end of a step

tui-named-key = tecla `{ $key }`
tui-reached = Objetivos cumplidos. Con { $next } pasas al siguiente paso.
tui-reached-by-solution = La solución ha cumplido los objetivos; con { $reset } lo haces tú.
tui-reached-last-left =
    { $left ->
        [one] Objetivos cumplidos. Es el último paso; queda otro por hacer ({ $steps }).
       *[other] Objetivos cumplidos. Es el último paso; quedan { $left } por hacer ({ $steps }).
    }
tui-reached-last = Objetivos cumplidos, y con ellos la lección entera.
tui-prediction-right = Dijiste «{ $answer }», y así ha sido.
tui-prediction-wrong = Dijiste «{ $answer }», y ha salido otra cosa.
tui-standard = Lo que dice hoy la norma
tui-hint = Pista
tui-hint-tried = Pista sobre lo que has probado
tui-solution = La solución

## The task

tui-your-prediction = Tu predicción: { $answer }
tui-goals = objetivos
tui-run-played = { $run } (probado)
tui-runs = Diálogos
tui-observed = Visto: { $observed }
tui-toggle-other = otro valor

## The dialogue

tui-preparing = Preparando el mundo de este paso…
tui-answer-first = Responde primero a la pregunta: elige con ↑ ↓ y pulsa { $answer }.
tui-press-to-run = Pulsa { $forward } para empezar: { $run }
tui-no-runs = En este paso no hay ningún diálogo por empezar.
tui-connection-refused = { $from } llama a { $to } y nadie escucha: Connection refused
tui-connection-timed-out = { $from } llama a { $to } y nadie responde: Connection timed out
tui-tls-begins = empieza TLS
tui-tls-established = desde aquí, cifrado: { $version } { $cipher }
tui-tls-failed-client = el cliente abandona TLS: { $reason }
tui-tls-failed-server = el servidor abandona TLS: { $reason }
tui-row-stalled = silencio: cada uno espera a que hable el otro
tui-row-unattended = silencio: ningún proceso atiende
tui-row-closed = { $host } cuelga
tui-row-closed-client = El cliente cierra la conexión.
tui-row-closed-server = El servidor cierra la conexión.
tui-row-over = fin de la conexión
tui-differences-nothing = Repite el mismo diálogo (r) con otra configuración (c): aquí verás en qué respuesta se separan y qué directiva lo hizo.
tui-differences-no-edit = Entre los dos no se editó nada.
tui-differences-none = Todas las respuestas son iguales.
tui-differences-default = (no estaba)
tui-differences-greeting = (saludo)
tui-differences-before = antes
tui-differences-now = ahora
tui-differences-not-said = (no se dijo)
tui-explain-title = Qué significa esta línea
tui-call-title = Sé el cliente
tui-call-as = Como
tui-call-to = Llamar a
tui-call-how = Con
tui-call-tls = TLS desde el primer byte
tui-call-clear = sin TLS al principio (STARTTLS es cosa tuya)
tui-call-keys = ↑ ↓ pregunta  ← → respuesta  ⏎ llamar  Esc cerrar
tui-typing-raw = en crudo
tui-typing-challenge = pide «{ $challenge }» en base64: escríbelo y pulsa { $base64 }
tui-typing-plain = \0usuario\0contraseña, y luego { $base64 }
tui-explain-keys = ← → otra línea  ↑ ↓ mover  / buscar  Esc cerrar
tui-copy-title = Copiar
tui-copy-keys = ↑ ↓ elegir  AvPág leer  ⏎ copiar (OSC 52)  Mayús + ratón: a mano  Esc cerrar
tui-copy-line = la línea
tui-copy-transcript = el diálogo entero
tui-copy-swaks = como orden de swaks
tui-copy-openssl = como orden de openssl s_client
tui-copy-curl = como orden de curl
tui-copy-no-line = no hay ninguna elegida
tui-copy-no-dialogue = aún no hay ningún diálogo
tui-copy-no-tls = solo para lo que va dentro de TLS
tui-copy-no-mail = solo para un correo que se envió o se rechazó
tui-explain-protected = dentro de TLS
tui-explain-clear = en claro

## Why

tui-why-nothing = Postfix aún no ha tenido que decidir nada. Aquí verás qué restricciones mira, en qué orden y cuál decide.
tui-why-over = En esta conexión Postfix no llegó a decidir nada.
tui-why-no-list = Ninguna lista de restricciones habla de esta orden.
tui-why-withheld = A este cliente no se le anuncia:
tui-why-empty-list = vacía: no dice nada
tui-why-login-accepted = Dovecot acepta a { $user } (AUTH { $mechanism })
tui-why-login-refused = Dovecot rechaza a { $user } (AUTH { $mechanism })

## The wire

tui-wire-nothing = Por el cable aún no ha pasado nada. Aquí verás lo que ve quien escucha en medio.
tui-wire-over = Por este cable no pasó ni un byte.
tui-wire-decoded = base64 no cifra; dice: { $text }
tui-wire-bytes =
    { $count ->
        [one] 1 byte
       *[other] { $count } bytes
    }
tui-wire-server-name = y aun así se lee a qué servidor llama: { $name }

## The log, the certificate, the queue, the configuration

tui-log-empty = El registro está vacío.
tui-certificate-none = En esta conexión el servidor no ha enseñado ningún certificado.
tui-certificate-no-call = Aún no ha llamado nadie: el certificado se ve cuando un cliente empieza TLS.
tui-certificate-itself = él mismo
tui-certificate-names = nombres:
tui-certificate-dates = vale:
tui-queue-waiting = En cola: { $count }
tui-queue-blocklist = Listas negras
tui-queue-deliveries = Entregas
tui-queue-mailboxes = Buzones
tui-queue-empty = nada
tui-queue-older =
    { $count ->
        [one] … y 1 más, anterior (tecla Q: todos)
       *[other] … y { $count } más, anteriores (tecla Q: todos)
    }
tui-configuration-default = (por defecto)

## The editor

tui-editor-title = Configuración
tui-help-next-file = el fichero siguiente del servidor
tui-help-previous-file = el fichero anterior
tui-help-save = guardar lo escrito en el fichero
tui-key-files = ficheros
tui-key-save = guardar
tui-notice-unsaved = Lo que has escrito sigue ahí, sin guardar: c vuelve a ello.
tui-editor-others = solo lectura: no es tuyo
tui-editor-directives = directivas
tui-editor-unsaved = sin guardar
tui-editor-writing-keys = Ctrl-S guardar  Esc dejar de escribir
tui-editor-name-keys = ⏎ seguir  Tab completar  Esc dejarlo
tui-editor-value-keys = ⏎ guardar y recargar  Tab completar  Esc dejarlo
tui-editor-default = (por defecto: { $value })
tui-editor-default-empty = (por defecto, vacía)
tui-editor-in-main-cf = (en main.cf: { $value })
tui-editor-ask-name = Directiva de main.cf:
tui-editor-ask-override = Directiva (-o) de { $service } en master.cf:

## Questions before something happens

tui-confirm-keys = ⏎ sí   Esc no
tui-confirm-quit = ¿Salir?
tui-confirm-quit-text = Hay un diálogo a medias. Lo que ya has conseguido se guarda.
tui-confirm-reset = ¿Empezar el paso de nuevo?
tui-confirm-reset-text = El mundo de este paso vuelve a estar como al principio. Los pasos que ya has acabado no cambian.
tui-confirm-solution = ¿Ver la solución?
tui-confirm-solution-text = El paso empieza de nuevo y la solución se ejecuta ante ti. Si aún no lo habías resuelto, no contará como resuelto.

## Other boxes

tui-layer-keys = ↑ ↓ mover  / buscar  Esc cerrar
tui-layer-close = Esc cerrar
tui-steps-title = Los pasos de la lección
tui-steps-solved = hecho
tui-steps-shown = con la solución
tui-steps-open = por hacer
tui-steps-here = estás aquí
tui-steps-keys = ↑ ↓ elegir  / buscar  ⏎ ir  Esc cerrar
tui-search-keys = ↑ ↓ mover  / buscar  Esc cerrar
tui-search-typing = ⏎ listo  Esc quitar
tui-search-found = Esc: todo otra vez
tui-search-nothing = No se encuentra nada.
tui-notice-no-search = Aquí no se puede buscar.
tui-section-seeking = Mientras escribes lo que buscas
tui-section-sought = Con una búsqueda hecha
tui-help-seek = buscar en el panel enfocado
tui-help-found-next = siguiente coincidencia
tui-help-found-previous = coincidencia anterior
tui-help-drop-search = olvidar la búsqueda
tui-help-keep-search = dejar la búsqueda puesta
tui-key-found-next = siguiente coincidencia
tui-key-found-previous = anterior
tui-key-drop-search = olvidar
tui-key-keep-search = listo
tui-glossary-title = Las palabras del oficio
tui-too-small = Esta ventana es pequeña: lab necesita al menos { $columns }x{ $rows }.

## Notices

tui-notice-answer-first = Antes de ejecutar nada, responde a la pregunta.
tui-notice-nothing-to-explain = Aún no hay ninguna línea que explicar: empieza un diálogo.
tui-notice-no-directive = Aquí no hay ninguna directiva de Postfix que explicar.
tui-notice-copied = Entregado al portapapeles del terminal. Si al pegar no aparece, tu terminal no acepta OSC 52: selecciona el texto con Mayús y el ratón.
tui-notice-bad-escape = «\{ $escape }» no es ningún byte: escribe \r \n \t \0 \xHH, o \\ para una barra.
tui-notice-hung-up = La conexión está cerrada. Pulsa { $call } para llamar otra vez.
tui-notice-reached = Objetivos cumplidos. La explicación está en la lección ({ $focus }); con { $next } pasas al siguiente paso.
tui-notice-resumed = Sigues donde lo dejaste. El paso empieza de nuevo: lo que cambiaste en él hay que volver a hacerlo.
tui-notice-hint-reached = Ya has cumplido los objetivos: no hacen falta pistas.
tui-notice-reached-by-solution = La solución ha cumplido los objetivos. La explicación está en la lección ({ $focus }).
tui-notice-reached-last = Objetivos cumplidos, y con ellos la lección entera. La explicación está en la lección ({ $focus }).
tui-notice-step-done = Paso completado: con { $next } vas al siguiente.
tui-notice-last-step = Este es el último paso.
tui-notice-last-step-next = Este es el último paso. En el curso sigue «{ $title }» (lab run { $lesson }); con { $quit } sales de esta lección.
tui-notice-nothing-to-undo = No hay ningún cambio que deshacer.
tui-notice-nothing-to-redo = No hay ningún cambio deshecho que rehacer.
tui-notice-nothing-ran = Todavía no has ejecutado ningún diálogo.
tui-notice-no-more-hints = No hay más pistas en este paso.
tui-notice-not-yours = Ese servidor no es tuyo: su configuración solo se puede leer.
tui-notice-no-hints = Este paso no tiene pistas.
tui-notice-hint-after-attempt = Antes de la siguiente pista, prueba algo.
tui-notice-one-conversation = No hay más conversaciones que ver en este paso.
tui-notice-edited = { $parameter } = { $value } ({ $place }). Postfix ha recargado.
tui-notice-removed = { $parameter } ya no está en { $place }. Postfix ha recargado.
file-missing = no está aún
tui-notice-written = { $file } queda guardado.
tui-notice-file-removed = { $file } ya no está.
tui-notice-not-imitated = Es una directiva de Postfix, pero en el laboratorio no tiene efecto.
tui-notice-paused = En pausa: con la barra espaciadora continúa.
tui-notice-speed = Velocidad: { $speed }.
tui-notice-repeating = El mismo correo, una y otra vez: van { $sent } de { $times }. Esc lo para; mientras, todas las teclas siguen funcionando.
tui-notice-demonstration-over = Fin de la demostración.
tui-notice-not-saved = No se ha podido guardar tu progreso: { $reason }

## The footer

tui-key-answer = responder
tui-key-forward = siguiente
tui-key-open-only = diálogo
tui-key-open = diálogo { $run }
tui-key-back = atrás
tui-key-to-end = al final
tui-key-rerun = repetir
tui-key-run-next = otro diálogo
tui-key-conversation = otra conversación
tui-key-next-step = paso siguiente
tui-key-configure = editar
tui-key-undo = deshacer
tui-key-redo = rehacer
tui-key-real-thing = de verdad
tui-key-only-changes = solo cambios
tui-key-hint = pista
tui-key-focus = panel
tui-key-zoom = ampliar
tui-key-explain = explicar
tui-key-copy = copiar
tui-key-compare = comparar
tui-key-by-hand = escribir SMTP
tui-key-send = enviar
tui-key-complete = completar
tui-key-base64 = base64
tui-key-raw = en crudo
tui-key-hang-up = colgar
tui-key-stop-typing = dejar de escribir
tui-key-blank = en negro
tui-key-pause = pausa
tui-key-play = avance solo
tui-key-to-present = al presente
tui-key-edit = editar
tui-key-write = escribir
tui-key-add-line = línea nueva
tui-key-remove-line = quitar línea
tui-key-add = añadir
tui-key-remove = quitar
tui-key-next-section = otra sección
tui-key-close = cerrar
tui-key-help = ayuda
tui-key-quit = salir

## The help

tui-help-title = Teclas
tui-section-question = Con una pregunta abierta
tui-section-lesson = En la lección
tui-section-everywhere = En todas partes
tui-section-reading = Donde hay texto que leer
tui-section-typing = Escribiendo SMTP a mano
tui-section-editor = Editando la configuración
tui-section-presentation = Presentando
tui-help-answer = responder con la opción marcada (también con su número)
tui-help-forward = una línea más; si no hay diálogo abierto, empezar el siguiente
tui-help-back = volver atrás en lo que ha pasado
tui-help-to-end = hasta el final del diálogo; desde el pasado, volver al presente
tui-help-to-start = al primer momento del paso
tui-help-rerun = repetir el último diálogo
tui-help-run-next = elegir el siguiente diálogo
tui-help-run-previous = elegir el diálogo anterior
tui-help-conversation = ver otra conversación: una entrega entre servidores, un diálogo anterior
tui-help-next-step = paso siguiente
tui-help-previous-step = paso anterior
tui-help-steps = lista de pasos
tui-help-configure = editar main.cf y master.cf
tui-help-undo = deshacer el último cambio
tui-help-redo = rehacer el último cambio deshecho
tui-help-real-thing = de verdad: tus cambios como se hacen en un servidor real
tui-help-only-changes = ver solo lo que cambió desde el comienzo del paso, o todo
tui-help-hint = pista
tui-help-solution = ver la solución
tui-help-reset = empezar el paso de nuevo
tui-help-toggle = cambiar { $parameter }
tui-help-focus = pasar a otra parte de la pantalla
tui-help-panel-1 = por qué Postfix decide lo que decide
tui-help-panel-2 = lo que ve quien escucha el cable
tui-help-panel-3 = el registro (mail.log)
tui-help-panel-4 = el certificado del servidor
tui-help-panel-5 = colas y buzones
tui-help-panel-6 = la configuración que está en vigor
tui-help-panel-7 = diferencias entre esta vez y la anterior
tui-help-zoom = ampliar la parte activa a toda la pantalla
tui-help-explain = explicar la línea elegida (o la última), con su RFC o parámetro
tui-help-copy = copiar la línea, el diálogo, o la orden de swaks, openssl o curl que dice lo mismo
tui-help-by-hand = ser el cliente: llamar a cualquier servidor y escribir SMTP a mano
tui-help-send = enviar la línea
tui-help-complete = completar la orden o la dirección; otra vez: la siguiente
tui-help-history = las líneas escritas antes
tui-help-base64 = pasar a base64 la última palabra (o la respuesta a AUTH); \0 es NUL
tui-help-raw = enviar exactamente lo escrito, sin fin de línea: \r \n \0 \xHH
tui-help-hang-up = colgar sin despedirse
tui-help-stop-typing = dejar de escribir (la conexión sigue; i continúa)
tui-help-glossary = las palabras del oficio
tui-help-search = buscar en lo que está abierto
tui-help-language = español / English
tui-help-present = modo presentación
tui-help-advance = lo siguiente: responder, una línea, un diálogo, un paso
tui-help-retreat = lo anterior: una línea, un paso
tui-help-blank = pantalla en negro
tui-help-pause = que avance solo, parar, continuar
tui-help-slower = a la mitad de velocidad (de 8x a ¼x)
tui-help-faster = al doble de velocidad
tui-help-edit = editar la directiva
tui-help-add = añadir una directiva
tui-help-remove = quitar la directiva
tui-help-next-section = el siguiente fichero, servicio o servidor
tui-help-explain-directive = para qué sirve el parámetro, y su valor de serie
tui-help-previous-section = el fichero, servicio o servidor anterior
tui-help-editor-search = buscar un parámetro
tui-help-close = cerrar
tui-help-up = una línea arriba
tui-help-down = una línea abajo
tui-help-half-up = media página arriba
tui-help-half-down = media página abajo
tui-help-top = al principio
tui-help-bottom = al final
tui-help-help = esta ayuda
tui-help-redraw = dibujar la pantalla de nuevo
tui-help-suspend = dejar lab en suspenso (vuelve con fg)
tui-help-quit = salir; lo conseguido queda guardado

## From outside
tui-outside-title = Desde fuera del laboratorio
tui-outside-try = En otra terminal de esta máquina, prueba por ejemplo:
tui-outside-as = Quien llama desde fuera cuenta como: { $client }
tui-outside-itself = él mismo, 127.0.0.1
tui-help-next-outsider = quien llama desde fuera cuenta como otro cliente
tui-help-outside = cómo llamar desde fuera con swaks u openssl
tui-key-outside = desde fuera
tui-notice-nobody-listens = Nadie escucha fuera: arranca la lección con --listen.

## The queue
tui-section-queue = En la cola (mailq)
tui-help-queue = ver la cola de un servidor (mailq) y actuar en ella
tui-help-flush = intentar ya todas las entregas (postqueue -f)
tui-help-wait = dejar pasar 10 minutos
tui-help-wait-long = dejar pasar un día
tui-help-delete-queued = borrar el mensaje elegido (postsuper -d)
tui-help-delete-all = vaciar la cola (postsuper -d ALL)
tui-help-next-host = la cola del siguiente servidor
tui-key-queue = cola
tui-key-flush = reintentar
tui-key-wait = 10 min
tui-key-wait-long = un día
tui-key-delete = borrar
tui-key-delete-all = borrar todo
tui-key-next-host = otro servidor

## El menú

tui-menu-title = Lecciones
tui-menu-course = El curso
tui-menu-done =
    { $steps ->
        [one] { $solved } de 1 paso hecho
       *[other] { $solved } de { $steps } pasos hechos
    }
tui-menu-minutes = { $minutes } min
tui-menu-typing = ⏎ entrar  Esc quitar
tui-menu-new = sin empezar
tui-menu-open = a medias: sigues donde lo dejaste
tui-menu-finished = terminada
tui-menu-begun = a medias
tui-menu-next = sigue por aquí
tui-menu-before = Antes conviene:
tui-menu-afresh = ¿Empezar de cero?
tui-menu-afresh-text = Lo que llevas hecho en esta lección se aparta en otro fichero, no se borra.
tui-help-menu-open = entrar en la lección marcada, donde la dejaste
tui-help-menu-search = buscar en las lecciones y en sus pasos
tui-help-afresh = empezar la lección de cero
tui-help-menu-present = entrar en la lección para presentarla
tui-key-menu-open = entrar
tui-key-search = buscar
tui-key-afresh = de cero
tui-key-present = presentar
tui-key-language = English

## The attacker
tui-help-attack = el atacante del cable: quita STARTTLS, lo rechaza, cuela una orden, certificado falso, nada
tui-key-stop = parar
tui-key-attack = atacante
tui-attacker = ATACANTE
tui-notice-no-wire = Aún no hay ningún cable que atacar: empieza un diálogo.

## The block list, DNS, the journey
tui-help-delist = pedir a la lista negra que quite a nuestro servidor
tui-key-delist = pedir la baja
tui-notice-no-blocklist = Ninguna lista negra de esta lección borra a nadie porque se lo pidan.
tui-help-dig = preguntar al DNS, como con dig
tui-dig-title = DNS
tui-dig-keys = ⏎ preguntar  ↑ ↓ las de antes  RePág AvPág mover  Esc cerrar
tui-dig-examples = Por ejemplo: un dominio y MX; un nombre y A o AAAA; -x y una dirección; un dominio y TXT.
tui-help-journey = el viaje del mensaje: cada salto, con su diálogo y su registro
tui-journey-title = El viaje del mensaje
tui-journey-keys = ↑ ↓ elegir  ⏎ abrir su diálogo  Esc cerrar
tui-journey-none = La conexión que miras no ha dejado ningún mensaje.
tui-journey-not-taken = no lo tomó

## The messages in the mailboxes

tui-section-mailboxes = En el panel de colas y buzones
tui-help-read = leer el último mensaje que ha llegado a un buzón
tui-key-read = leer el correo
tui-mailbox-title = Buzón { $mailbox } · mensaje { $place } de { $of }
tui-mailbox-keys = ← → otro mensaje  ↑ ↓ mover  / buscar  Esc cerrar
